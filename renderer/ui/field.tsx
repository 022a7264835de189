import { NumberField as BaseNumberField } from '@base-ui/react/number-field';
import { Slider as BaseSlider } from '@base-ui/react/slider';
import { Switch as BaseSwitch } from '@base-ui/react/switch';
import { type ComponentProps, useId } from 'react';
import styles from './field.module.css';
import { MinusIcon, PlusIcon } from './icons.tsx';

interface TextFieldProps extends Omit<ComponentProps<'input'>, 'onChange'> {
  readonly label: string;
  readonly hint?: string;
  readonly onChange: (value: string) => void;
}

export function TextField({ label, hint, onChange, ...rest }: TextFieldProps) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      <input
        id={id}
        className={styles.input}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(event) => onChange(event.target.value)}
        {...rest}
      />
      {hint && (
        <span id={`${id}-hint`} className={styles.hint}>
          {hint}
        </span>
      )}
    </div>
  );
}

interface NumberFieldProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  readonly onChange: (value: number) => void;
}

export function NumberField({ label, value, min, max, step = 1, onChange }: NumberFieldProps) {
  const id = useId();
  return (
    <BaseNumberField.Root
      id={id}
      className={styles.field}
      value={value}
      min={min}
      max={max}
      step={step}
      onValueCommitted={(next) => next !== null && onChange(next)}
      onValueChange={(next, { reason }) => {
        // While somebody types, half a number is not meant yet; the buttons and arrow keys mean every step.
        if (next !== null && reason !== 'input-change' && reason !== 'input-clear') onChange(next);
      }}
    >
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      <BaseNumberField.Group className={styles.group}>
        <BaseNumberField.Decrement className={styles.step}>
          <MinusIcon />
        </BaseNumberField.Decrement>
        <BaseNumberField.Input
          className={styles.input}
          onKeyDown={({ key, currentTarget }) => {
            // It takes over what was typed when the focus leaves; Enter means the same, and stays.
            if (key !== 'Enter') return;
            currentTarget.blur();
            currentTarget.focus();
          }}
        />
        <BaseNumberField.Increment className={styles.step}>
          <PlusIcon />
        </BaseNumberField.Increment>
      </BaseNumberField.Group>
    </BaseNumberField.Root>
  );
}

interface SwitchProps {
  readonly label: string;
  readonly hint?: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  /** It cannot be changed now; the reason has to stand beside it. */
  readonly disabled?: boolean;
}

export function Switch({ label, hint, checked, onChange, disabled = false }: SwitchProps) {
  const id = useId();
  return (
    <div className={styles.row}>
      <div className={styles.field}>
        <label htmlFor={id}>{label}</label>
        {hint && <span className={styles.hint}>{hint}</span>}
      </div>
      <BaseSwitch.Root
        id={id}
        className={styles.switch}
        checked={checked}
        disabled={disabled}
        onCheckedChange={onChange}
      >
        <BaseSwitch.Thumb className={styles.thumb} />
      </BaseSwitch.Root>
    </div>
  );
}

/** A switch alone, for what is titled elsewhere on screen. */
export function SwitchButton({ label, checked, onChange }: Omit<SwitchProps, 'hint' | 'disabled'>) {
  return (
    <BaseSwitch.Root className={styles.switch} aria-label={label} checked={checked} onCheckedChange={onChange}>
      <BaseSwitch.Thumb className={styles.thumb} />
    </BaseSwitch.Root>
  );
}

/** Presses of Page Up from one end to the other. */
const LEAPS = 20;

interface SliderProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** What a screen reader says for a value. */
  readonly words: (value: number) => string;
  readonly onChange: (value: number) => void;
}

export function Slider({ label, value, min, max, step, words, onChange }: SliderProps) {
  return (
    <BaseSlider.Root
      value={value}
      min={min}
      max={max}
      step={step}
      // Page up and down: a twentieth of the way.
      largeStep={Math.max(1, Math.round((max - min) / LEAPS / step)) * step}
      onValueChange={(next) => onChange(Array.isArray(next) ? (next[0] ?? value) : next)}
    >
      <BaseSlider.Control className={styles.slider}>
        <BaseSlider.Track className={styles.track}>
          <BaseSlider.Indicator className={styles.fill} />
          <BaseSlider.Thumb className={styles.knob} aria-label={label} getAriaValueText={(_, next) => words(next)} />
        </BaseSlider.Track>
      </BaseSlider.Control>
    </BaseSlider.Root>
  );
}
