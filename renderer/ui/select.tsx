import { Select as BaseSelect } from '@base-ui/react/select';
import { type ReactNode, useMemo } from 'react';
import { classes } from './classes.ts';
import { CheckIcon, ChevronIcon } from './icons.tsx';
import popup from './popup.module.css';
import styles from './select.module.css';

export interface SelectOption {
  readonly value: string;
  readonly title: string;
  /** One sentence below the title. */
  readonly note?: string;
  /** The key that chooses it. */
  readonly keys?: string | undefined;
}

export interface SelectProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly SelectOption[];
  readonly onChange: (value: string) => void;
  readonly className?: string | undefined;
  /** Whether the label is read only, because it stands elsewhere. */
  readonly hideLabel?: boolean;
  /** After the value, e.g. the keys. */
  readonly trailing?: ReactNode;
}

export function Select({ label, value, options, onChange, className, hideLabel = false, trailing }: SelectProps) {
  const items = useMemo(() => options.map((option) => ({ value: option.value, label: option.title })), [options]);
  return (
    <BaseSelect.Root
      items={items}
      value={value}
      modal={false}
      onValueChange={(next) => next !== null && next !== value && onChange(next)}
    >
      <BaseSelect.Trigger className={classes(styles.trigger, className)} aria-label={label}>
        {!hideLabel && <span className={styles.label}>{label}</span>}
        <BaseSelect.Value className={styles.value} />
        <BaseSelect.Icon className={styles.chevron}>
          <ChevronIcon />
        </BaseSelect.Icon>
        {trailing}
      </BaseSelect.Trigger>
      <BaseSelect.Portal>
        <BaseSelect.Positioner
          className={popup.positioner}
          sideOffset={6}
          align="start"
          alignItemWithTrigger={false}
          collisionPadding={8}
        >
          <BaseSelect.Popup className={popup.popup}>
            <BaseSelect.List className={popup.list}>
              {options.map((option) => (
                <BaseSelect.Item key={option.value} value={option.value} className={styles.item}>
                  <BaseSelect.ItemIndicator className={styles.tick} keepMounted={false}>
                    <CheckIcon />
                  </BaseSelect.ItemIndicator>
                  <BaseSelect.ItemText className={styles.title}>{option.title}</BaseSelect.ItemText>
                  {option.keys && <kbd>{option.keys}</kbd>}
                  {option.note && <span className={styles.note}>{option.note}</span>}
                </BaseSelect.Item>
              ))}
            </BaseSelect.List>
          </BaseSelect.Popup>
        </BaseSelect.Positioner>
      </BaseSelect.Portal>
    </BaseSelect.Root>
  );
}
