import type { ComponentProps } from 'react';
import styles from './button.module.css';
import { classes } from './classes.ts';

export interface ButtonProps extends ComponentProps<'button'> {
  readonly tone?: 'plain' | 'danger' | 'accent' | 'primary' | 'quiet';
  readonly size?: 'medium' | 'small';
  /** Square, for a single icon; such a button needs an aria-label. */
  readonly icon?: boolean;
}

export function Button({ tone = 'plain', size = 'medium', icon = false, className, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={classes(styles.button, styles[size], tone !== 'plain' && styles[tone], icon && styles.icon, className)}
      {...rest}
    />
  );
}
