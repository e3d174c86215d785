import { describe } from 'vitest';
import { describeDocuments, describeTimeToLive } from './document-store-documents.ts';
import { describeContinuations, describeLists } from './document-store-lists.ts';
import { describePaging } from './document-store-paging.ts';
import { type StoreSubject, useStore } from './store-scene.ts';

export interface StoreContractOptions {
  /** How many random histories to try. */
  readonly runs?: number;
  /** What this subject cannot show, and why. */
  readonly skip?: { readonly ttl?: string };
}

/** What the engine relies on, whoever keeps the documents. */
export function describeDocumentStore(
  name: string,
  createSubject: () => Promise<StoreSubject>,
  { runs = 150, skip = {} }: StoreContractOptions = {},
): void {
  describe(`document store: ${name}`, () => {
    const scene = useStore(createSubject);
    describeDocuments(scene);
    describeLists(scene);
    describeContinuations(scene);
    describeTimeToLive(scene, skip.ttl);
  });

  describe(`pages of lists: ${name}`, () => describePaging(createSubject, runs));
}
