import { runInThisContext } from 'node:vm';
import { beforeEach, describe, expect, it } from 'vitest';
import { READ_NAMES, SharedNames } from '../../../shared/heddle/adapters/process/shared-names.ts';

const readNames = runInThisContext(`(() => {${READ_NAMES} return readNames; })()`) as (
  buffer: SharedArrayBuffer,
) => string[];

let names: SharedNames;
beforeEach(() => {
  names = new SharedNames();
});
const read = () => readNames(names.buffer).sort();

describe('names of works in shared memory', () => {
  it('are read while the works go on', () => {
    expect(read()).toEqual([]);
    names.add(1, 'run=a é');
    names.add(2, 'run=b');
    expect(read()).toEqual(['run=a é', 'run=b']);
    names.remove(1);
    names.remove(1);
    names.add(3, 'run=c');
    expect(read()).toEqual(['run=b', 'run=c']);
  });

  it('are cut where they are long, at a whole character', () => {
    names.add(1, '😀'.repeat(100));
    const [name = ''] = read();
    expect(name).toMatch(/^(😀)+$/u);
  });

  it('are left out where there are too many works, and none stays', () => {
    for (let id = 0; id < 300; id++) names.add(id, `run=${id}`);
    expect(read()).toHaveLength(256);
    for (let id = 0; id < 300; id++) names.remove(id);
    expect(read()).toEqual([]);
    names.add(300, 'run=last');
    expect(read()).toEqual(['run=last']);
  });
});
