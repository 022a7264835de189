import { useCallback, useMemo, useRef } from 'react';
import { useApp, useLab, useUi } from '../../app/context.ts';
import { useExpectedShares } from '../../app/use-expected-shares.ts';
import { useIdentities, useOriginNames } from '../../app/use-identities.ts';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { PlusIcon } from '../../ui/icons.tsx';
import { useMedia } from '../../ui/use-media.ts';
import { rem, useSize } from '../../ui/use-size.ts';
import { AgreementBadge } from '../agreement/agreement-badge.tsx';
import { OriginCard } from '../origins/origin-card.tsx';
import { OriginTiles } from '../origins/origin-tiles.tsx';
import { BalancerCard } from './balancer-card.tsx';
import { ClientsCard } from './clients-card.tsx';
import { Dots } from './dots.tsx';
import { Edges } from './edges.tsx';
import { arrange } from './layout.ts';
import { Legend } from './legend.tsx';
import styles from './stage.module.css';
import { useGeometry } from './use-geometry.ts';

/** Clients → balancer → origins: cards that people read and press, above edges and dots that they watch. */
export function Stage() {
  const { ui } = useApp();
  const origins = useLab((lab) => lab.origins);
  const projector = useUi((state) => state.settings.projector);
  const identities = useIdentities();
  const still = useMedia('(prefers-reduced-motion: reduce)');
  const stage = useRef<HTMLElement>(null);
  const [field, size] = useSize();
  // biome-ignore lint/correctness/useExhaustiveDependencies: what a rem is depends on both
  const unit = useMemo(rem, [size, projector]);
  const layout = arrange(origins.length, size.width / unit, size.height / unit, projector);
  const names = useOriginNames();
  const expected = useExpectedShares();
  const { geometry, measure } = useGeometry(stage, layout, size, names);
  const onScroll = useCallback(() => measure(), [measure]);

  return (
    <section ref={stage} className={styles.stage} aria-label="The lab">
      {geometry && (
        <>
          <Edges geometry={geometry} identities={identities} still={still} />
          {!still && <Dots geometry={geometry} identities={identities} />}
        </>
      )}
      <div className={styles.field} ref={field} data-density={layout.density} data-columns={layout.columns}>
        <ClientsCard />
        <BalancerCard />
        <div
          className={classes(styles.cards, layout.columns === 2 && styles.two, layout.scrolls && styles.scrolls)}
          onScroll={onScroll}
          data-cards=""
        >
          {layout.density === 'tile' ? (
            <OriginTiles origins={origins} identities={identities} />
          ) : (
            origins.map((origin) => {
              const identity = identities.get(origin.name);
              return identity ? (
                <OriginCard
                  key={origin.name}
                  origin={origin}
                  identity={identity}
                  names={names}
                  expected={expected?.get(origin.name)}
                />
              ) : null;
            })
          )}
          {origins.length === 0 && (
            <p className={styles.empty}>
              No origins yet. Every request is answered with 503 until there is one to send it to.
            </p>
          )}
        </div>
      </div>
      <footer className={styles.foot}>
        <Legend still={still} density={layout.density} />
        <AgreementBadge />
        <Button size="small" onClick={() => ui.setState({ dialog: 'add-origin' })}>
          <PlusIcon />
          Add origin
        </Button>
      </footer>
    </section>
  );
}
