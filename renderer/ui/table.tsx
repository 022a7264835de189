import type { ReactNode } from 'react';
import styles from './table.module.css';

interface TableColumn {
  readonly title: string;
  readonly number?: boolean;
  readonly className?: string | undefined;
}

interface TableProps {
  readonly label: string;
  readonly columns: readonly TableColumn[];
  /** Rows as `<tr>`s of `<Cell>`s. */
  readonly children: ReactNode;
}

export function Table({ label, columns, children }: TableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable from the keyboard
    <div className={styles.frame} tabIndex={0}>
      <table className={styles.table} aria-label={label}>
        <thead>
          <tr>
            {columns.map(({ title, number, className }) => (
              <th key={title} scope="col" className={[number ? styles.number : '', className ?? ''].join(' ')}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

export const numberCell = styles.number;
