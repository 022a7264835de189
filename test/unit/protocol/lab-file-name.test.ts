import { describe, expect, it } from 'vitest';
import { labFileName } from '../../../src/protocol/lab-file-name.ts';

describe("a lab's file is named", () => {
  it.each([
    ['One slow origin', 'one-slow-origin'],
    ['Kill -9', 'kill-9'],
    ['a/b\\c:d*e?"f<g>h|i', 'a-b-c-d-e-f-g-h-i'],
    ['../../etc/passwd', 'etc-passwd'],
    ['Größe & schöner – 100 %!', 'größe-schöner-100'],
    ['...', 'lab'],
    ['', 'lab'],
    ['CON. ', 'con'],
    ['x'.repeat(200), 'x'.repeat(60)],
  ])('after the lab: %j is %j', (name, file) => {
    expect(labFileName(name)).toBe(`${file}.evenkeel.yaml`);
  });
});
