import { Actor } from 'heddle';
import { z } from 'zod';

/** Above this many changed lines, a review is better split. */
const MAX_CHANGED_LINES = 400;
const MIN_DESCRIPTION_CHARS = 30;

const PullRequestSchema = z.object({
  number: z.number(),
  title: z.string(),
  body: z.string().nullable(),
  draft: z.boolean().optional(),
  additions: z.number(),
  deletions: z.number(),
  changed_files: z.number(),
  base: z.object({ ref: z.string() }),
  head: z.object({ ref: z.string() }),
});
type PullRequest = z.infer<typeof PullRequestSchema>;

type Check = { readonly check: string; readonly ok: boolean; readonly detail: string };

/** Turns an opened pull request into a review checklist, using the payload alone. */
export class PrReviewer extends Actor {
  static override readonly input = z.object({ pull_request: PullRequestSchema });

  execute({ pull_request: pullRequest }: z.infer<typeof PrReviewer.input>) {
    const checklist = toChecklist(pullRequest);
    const ready = checklist.every(({ ok }) => ok);
    this.updateState({ pullRequest: pullRequest.number, ready, checklist: checklist });
    return { ready, open: checklist.filter(({ ok }) => !ok).length };
  }
}

function toChecklist(pullRequest: PullRequest): readonly Check[] {
  const { title, body, draft, additions, deletions, changed_files, base, head } = pullRequest;
  const description = (body ?? '').trim().length;
  const lines = additions + deletions;
  return [
    { check: 'is not a draft', ok: draft !== true, detail: draft === true ? 'draft' : 'ready' },
    { check: 'has a title that says what changes', ok: title.trim().length >= 10, detail: title },
    {
      check: `has a description of ${MIN_DESCRIPTION_CHARS} characters or more`,
      ok: description >= MIN_DESCRIPTION_CHARS,
      detail: `${description} characters`,
    },
    {
      check: `changes ${MAX_CHANGED_LINES} lines or fewer`,
      ok: lines <= MAX_CHANGED_LINES,
      detail: `${lines} lines in ${changed_files} files`,
    },
    { check: 'comes from a branch of its own', ok: head.ref !== base.ref, detail: head.ref },
  ];
}
