import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { strategiesDoc } from '../../scripts/strategies-doc.mjs';
import { STRATEGIES } from '../../src/core/strategies/registry.ts';

describe('docs/STRATEGIES.md', () => {
  it('says what the strategies say of themselves: after a change run npm run docs:strategies', () => {
    const written = readFileSync(new URL('../../docs/STRATEGIES.md', import.meta.url), 'utf8');
    expect(written).toBe(strategiesDoc(STRATEGIES));
  });

  it('has a section for each, with every option', () => {
    const text = strategiesDoc(STRATEGIES);
    for (const { id, parameters } of STRATEGIES) {
      const section = text.slice(text.indexOf(`(\`${id}\`)`)).split('\n## ')[0];
      expect(section).toMatch(/\*\*Good when:\*\* .+\n- \*\*Fails when:\*\* .+\n- \*\*Known as:\*\* .+/);
      for (const name of Object.keys(parameters)) expect(section).toContain(`| \`${name}\` | `);
    }
    expect(text).not.toMatch(/undefined|NaN|\[object/);
  });
});
