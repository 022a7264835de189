import { type ReactNode, useId, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { ChartIcon, TableIcon } from '../../ui/icons.tsx';
import { Panel } from '../../ui/panel.tsx';
import styles from './charts.module.css';

interface ChartPanelProps {
  readonly title: string;
  readonly note: ReactNode;
  /** One sentence that says what the chart shows, for those who do not see it. */
  readonly summary: string;
  readonly controls?: ReactNode;
  readonly chart: ReactNode;
  readonly table: () => ReactNode;
}

export function ChartPanel({ title, note, summary, controls, chart, table }: ChartPanelProps) {
  const [asTable, setAsTable] = useState(false);
  const id = useId();
  return (
    <Panel
      title={title}
      note={note}
      actions={
        <>
          {controls}
          <Button
            size="small"
            tone="quiet"
            icon
            aria-label={asTable ? `View ${title} as chart` : `View ${title} as table`}
            onClick={() => setAsTable(!asTable)}
          >
            {asTable ? <ChartIcon /> : <TableIcon />}
          </Button>
        </>
      }
    >
      <p id={id} className="visually-hidden">
        {summary}
      </p>
      {asTable ? (
        table()
      ) : (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset groups fields of a form
        <div className={styles.plot} role="group" aria-label={`${title}, chart`} aria-describedby={id}>
          {chart}
        </div>
      )}
    </Panel>
  );
}
