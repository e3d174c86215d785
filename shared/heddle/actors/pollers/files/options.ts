import { z } from 'zod';
import { toFieldFaults } from '../../../domain/field-faults.ts';
import type { JsonObject } from '../../../domain/json.ts';
import type { OptionDoubt } from '../../poller.ts';
import { isWild } from './glob.ts';
import { toWatch } from './watch.ts';

export const FILE_EVENTS = ['created', 'modified', 'deleted', 'moved'] as const;
export type FileEvent = (typeof FILE_EVENTS)[number];

const MAX_CHARS = 1000;
const MAX_PATTERNS = 100;

const pattern = z.string().min(1).max(MAX_CHARS);

const FilesOptionsSchema = z
  .strictObject({
    path: pattern,
    events: z
      .array(z.enum(FILE_EVENTS, `expected one of ${FILE_EVENTS.join(', ')}`))
      .min(1)
      .default(['created', 'modified']),
    recursive: z.boolean().default(true),
    followLinks: z.boolean().default(false),
    changeTime: z.boolean().default(true),
    debounceSeconds: z.number().min(0).max(86_400).default(2),
    ignorePatterns: z.array(pattern).max(MAX_PATTERNS).default([]),
    initial: z.enum(['ignore', 'created']).default('ignore'),
  })
  .superRefine(({ path, recursive, followLinks, ignorePatterns }, context) => {
    const check = (field: PropertyKey[], given: { path: string; ignorePatterns: string[] }) => {
      try {
        toWatch({ recursive, followLinks, ...given });
      } catch (error) {
        context.addIssue({ code: 'custom', path: field, message: (error as Error).message });
      }
    };
    check(['path'], { path, ignorePatterns: [] });
    ignorePatterns.forEach((one, index) => {
      check(['ignorePatterns', index], { path: '/', ignorePatterns: [one] });
    });
  });
export type FilesOptions = z.infer<typeof FilesOptionsSchema>;

/** @throws {z.ZodError} with every fault, and the nearest known option for an unknown one */
export function parseFilesOptions(given: JsonObject): FilesOptions {
  const parsed = FilesOptionsSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new z.ZodError(
    parsed.error.issues.flatMap((issue): z.core.$ZodIssue[] => {
      if (issue.code !== 'unrecognized_keys') return [issue];
      const faults = toFieldFaults([issue], FilesOptionsSchema);
      return faults.map(({ message }) => ({ code: 'custom', path: [], message, input: undefined }));
    }),
  );
}

/** Doubts about options as they are written. */
export function findFilesDoubts(given: JsonObject): readonly OptionDoubt[] {
  const { path, recursive } = given;
  if (typeof path !== 'string' || recursive !== undefined) return [];
  const name = path.replaceAll('\\', '/').split('/').at(-1) ?? '';
  if (!isWild(name) || path.includes('**')) return [];
  const message = `"${name}" also covers the folders below: say recursive: false for this folder alone, or recursive: true`;
  return [{ path: ['path'], message }];
}
