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
  /** The heading it stands under, with its neighbours of the same. */
  readonly group?: string;
}

interface SelectProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly SelectOption[];
  readonly onChange: (value: string) => void;
  readonly className?: string | undefined;
  readonly labelClassName?: string | undefined;
  /** Whether the label is read only, because it stands elsewhere. */
  readonly hideLabel?: boolean;
  /** After the value, e.g. the keys. */
  readonly trailing?: ReactNode;
}

export function Select({
  label,
  value,
  options,
  onChange,
  className,
  labelClassName,
  hideLabel = false,
  trailing,
}: SelectProps) {
  const items = useMemo(() => options.map((option) => ({ value: option.value, label: option.title })), [options]);
  return (
    <BaseSelect.Root
      items={items}
      value={value}
      modal={false}
      onValueChange={(next) => next !== null && next !== value && onChange(next)}
    >
      <BaseSelect.Trigger className={classes(styles.trigger, className)} aria-label={label}>
        {!hideLabel && <span className={classes(styles.label, labelClassName)}>{label}</span>}
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
              {groupsOf(options).map(({ title, members }) =>
                title === undefined ? (
                  members.map((option) => <Item key={option.value} option={option} />)
                ) : (
                  <BaseSelect.Group key={title} className={styles.group}>
                    <BaseSelect.GroupLabel className={popup.label}>{title}</BaseSelect.GroupLabel>
                    {members.map((option) => (
                      <Item key={option.value} option={option} />
                    ))}
                  </BaseSelect.Group>
                ),
              )}
            </BaseSelect.List>
          </BaseSelect.Popup>
        </BaseSelect.Positioner>
      </BaseSelect.Portal>
    </BaseSelect.Root>
  );
}

function Item({ option }: { readonly option: SelectOption }) {
  return (
    <BaseSelect.Item value={option.value} className={styles.item}>
      <BaseSelect.ItemIndicator className={styles.tick} keepMounted={false}>
        <CheckIcon />
      </BaseSelect.ItemIndicator>
      <BaseSelect.ItemText className={styles.title}>{option.title}</BaseSelect.ItemText>
      {option.keys && <kbd>{option.keys}</kbd>}
      {option.note && <span className={styles.note}>{option.note}</span>}
    </BaseSelect.Item>
  );
}

interface OptionGroup {
  readonly title: string | undefined;
  readonly members: SelectOption[];
}

/** Neighbours of the same group, together. */
function groupsOf(options: readonly SelectOption[]): readonly OptionGroup[] {
  const groups: OptionGroup[] = [];
  for (const option of options) {
    const last = groups.at(-1);
    if (last && last.title === option.group) last.members.push(option);
    else groups.push({ title: option.group, members: [option] });
  }
  return groups;
}
