import { describe } from 'vitest';
import { describeDocuments, describeTimeToLive } from './document-store-documents.ts';
import { describeContinuations, describeLists } from './document-store-lists.ts';
import { describePaging } from './document-store-paging.ts';
import { type StoreSubject, useStore } from './store-scene.ts';

export interface StoreContractOptions {
  /** Number of random histories to try. */
  readonly runs?: number;
  /** Facts that this subject cannot show, with the reason. */
  readonly skip?: { readonly ttl?: string };
}

/** The facts that the engine relies on, for every implementation of the store. */
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
