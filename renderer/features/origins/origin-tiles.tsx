import { type CSSProperties, memo } from 'react';
import type { OriginState } from '../../../src/protocol/state.ts';
import { useApp, useTelemetry } from '../../app/context.ts';
import { count } from '../../app/format.ts';
import type { Identity } from '../../app/identity.ts';
import { inspect } from '../../app/ui-store.ts';
import { classes } from '../../ui/classes.ts';
import { Mark } from './badge.tsx';
import styles from './origin-tiles.module.css';
import { statusWords, type Tone } from './status.ts';
import { failingShare } from './status-mark.tsx';

interface OriginTilesProps {
  readonly origins: readonly OriginState[];
  readonly identities: ReadonlyMap<string, Identity>;
}

/** In flight at the fullest origin below which no tile has its full shade: two requests are no crowd. */
const CROWD = 4;
/** Steps of shade: finer ones can't be told apart, and each step draws a tile again. */
const STEPS = 8;

/** Very many origins at once: a tile each, the stronger its shade the more is in flight there; what else there is to know is a press away. */
export function OriginTiles({ origins, identities }: OriginTilesProps) {
  const telemetry = useTelemetry();
  const inFlight = origins.map(({ name }) => telemetry.origins.get(name)?.inFlight ?? 0);
  const most = Math.max(CROWD, ...inFlight);
  return origins.map((origin, index) => {
    const { word, tone } = statusWords(origin, telemetry.now, failingShare(telemetry, origin.name));
    const here = inFlight[index] ?? 0;
    return (
      <Tile
        key={origin.name}
        name={origin.name}
        identity={identities.get(origin.name)}
        word={word}
        tone={tone}
        available={origin.available}
        inFlight={here}
        shade={Math.round((here / most) * STEPS)}
      />
    );
  });
}

interface TileProps {
  readonly name: string;
  readonly identity: Identity | undefined;
  readonly word: string;
  readonly tone: Tone;
  readonly available: boolean;
  readonly inFlight: number;
  /** 0 (nothing in flight) to STEPS. */
  readonly shade: number;
}

const Tile = memo(function Tile({ name, identity, word, tone, available, inFlight, shade }: TileProps) {
  const { ui } = useApp();
  const words = `${name}: ${word}, ${count(inFlight)} in flight`;
  return (
    <button
      type="button"
      data-origin={name}
      data-tile=""
      className={classes(styles.tile, !available && styles.away, tone !== 'up' && styles[tone])}
      style={{ '--shade': shade / STEPS } as CSSProperties}
      title={words}
      aria-label={`${words}. Details`}
      onClick={() => inspect(ui, name)}
      onFocus={() => ui.setState({ focused: name })}
      onBlur={() => ui.setState({ focused: undefined })}
    >
      <Mark name={name} identity={identity} />
      <span className={styles.count}>{count(inFlight)}</span>
    </button>
  );
});
