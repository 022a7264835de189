import { type KeyboardEvent, type RefObject, useEffect, useId, useRef, useState } from 'react';
import { useApp, useUi } from '../../app/context.ts';
import { changeLog } from '../../app/ui-store.ts';
import { useOriginNames } from '../../app/use-identities.ts';
import { classes } from '../../ui/classes.ts';
import { CloseIcon } from '../../ui/icons.tsx';
import { type Completion, completeFilter } from './filter/complete-filter.ts';
import type { FilterProblem } from './filter/parse-filter.ts';
import styles from './filter-box.module.css';
import { knownValues } from './known-values.ts';

interface FilterBoxProps {
  readonly problem: FilterProblem | undefined;
  /** Enter, or Escape: on to the list. */
  readonly onDone: () => void;
}

/** Where the filter is typed, with what could come next. A combobox as ARIA's authoring practices describe it. */
export function FilterBox({ problem, onDone }: FilterBoxProps) {
  const { ui, client } = useApp();
  const text = useUi(({ log }) => log.filter);
  const origins = useOriginNames();
  const input = useRef<HTMLInputElement>(null);
  const [completion, setCompletion] = useState<Completion>();
  const [active, setActive] = useState(-1);
  const id = useId();
  const suggestions = completion?.suggestions ?? [];
  const open = suggestions.length > 0;

  useFocusRequests(input);

  const suggest = (value: string, caret: number): void => {
    setCompletion(completeFilter(value, caret, knownValues(client.telemetry.attempts, origins)));
    setActive(-1);
  };
  const closeList = (): void => {
    setCompletion(undefined);
    setActive(-1);
  };
  const clear = (): void => {
    changeLog(ui, { filter: '' });
    closeList();
    input.current?.focus();
  };
  const change = (filter: string, caret: number): void => {
    changeLog(ui, { filter });
    suggest(filter, caret);
  };
  const accept = (index: number): void => {
    const suggestion = suggestions[index];
    if (!completion || !suggestion) return;
    const { from, to } = completion;
    const filter = text.slice(0, from) + suggestion.insert + text.slice(to);
    const caret = from + suggestion.insert.length;
    changeLog(ui, { filter });
    if (suggestion.more) suggest(filter, caret);
    else closeList();
    // After React has put the text there.
    requestAnimationFrame(() => input.current?.setSelectionRange(caret, caret));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    const { key } = event;
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      if (open) setActive(step(active, key === 'ArrowDown' ? 1 : -1, suggestions.length));
      else if (key === 'ArrowDown') suggest(text, event.currentTarget.selectionStart ?? text.length);
    } else if ((key === 'Enter' || key === 'Tab') && open && active >= 0) accept(active);
    else if (key === 'Escape' && open) closeList();
    else if (key === 'Enter' || key === 'Escape') {
      closeList();
      onDone();
    } else return;
    event.preventDefault();
  };

  return (
    <div className={styles.box}>
      <input
        ref={input}
        className={classes(styles.input, problem && !problem.unfinished && styles.wrong)}
        value={text}
        placeholder="origin=B status>=500 ms>200 not(path~/health)"
        spellCheck={false}
        autoComplete="off"
        role="combobox"
        aria-label="Filter"
        aria-expanded={open}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={active < 0 ? undefined : `${id}-${active}`}
        aria-invalid={problem !== undefined}
        aria-describedby={problem ? `${id}-problem` : undefined}
        onChange={({ target }) => change(target.value, target.selectionStart ?? target.value.length)}
        onKeyDown={onKeyDown}
        onBlur={closeList}
      />
      {text === '' ? (
        <kbd className={styles.key}>/</kbd>
      ) : (
        <button type="button" className={styles.clear} aria-label="Clear the filter" onClick={clear}>
          <CloseIcon />
        </button>
      )}
      <div className={styles.below}>
        {problem && <Problem id={`${id}-problem`} text={text} problem={problem} />}
        <Suggestions id={id} suggestions={suggestions} active={active} onAccept={accept} />
      </div>
    </div>
  );
}

/** The key that asks for the filter wants the focus in it, and all of its text selected. */
function useFocusRequests(input: RefObject<HTMLInputElement | null>): void {
  const { ui } = useApp();
  const wanted = useUi(({ log }) => log.focus === 'filter');
  useEffect(() => {
    if (!wanted) return;
    input.current?.focus();
    input.current?.select();
    changeLog(ui, { focus: undefined });
  }, [wanted, input, ui]);
}

interface SuggestionsProps {
  /** The box's: the list is `id-list`, its options `id-0` and so on. */
  readonly id: string;
  readonly suggestions: Completion['suggestions'];
  /** -1: none. */
  readonly active: number;
  readonly onAccept: (index: number) => void;
}

function Suggestions({ id, suggestions, active, onAccept }: SuggestionsProps) {
  useEffect(() => {
    if (active >= 0) document.getElementById(`${id}-${active}`)?.scrollIntoView({ block: 'nearest' });
  }, [active, id]);
  return (
    <div
      id={`${id}-list`}
      role="listbox"
      aria-label="What could come next"
      className={styles.list}
      hidden={suggestions.length === 0}
    >
      {suggestions.map(({ insert, note }, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the input's
        <div
          key={insert}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          className={styles.option}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onAccept(index)}
        >
          <code>{insert}</code>
          {note && <span>{note}</span>}
        </div>
      ))}
    </div>
  );
}

interface ProblemProps {
  readonly id: string;
  readonly text: string;
  readonly problem: FilterProblem;
}

function Problem({ id, text, problem }: ProblemProps) {
  return (
    <p id={id} role="status" className={classes(styles.problem, problem.unfinished && styles.quiet)}>
      <Excerpt text={text} problem={problem} />
      <span>
        {problem.message} <span className={styles.place}>Character {problem.at + 1}.</span>
      </span>
    </p>
  );
}

/** From the text (-1) into the list and round again. */
function step(active: number, by: 1 | -1, length: number): number {
  const places = length + 1;
  return ((active + 1 + by + places) % places) - 1;
}

/** The part of the text that the sentence is about, with a little of what stands around it. */
function Excerpt({ text, problem: { at, length } }: Omit<ProblemProps, 'id'>) {
  const around = 12;
  const end = Math.min(text.length, at + Math.min(length, 24));
  return (
    <code className={styles.excerpt} aria-hidden="true">
      {at > around && '…'}
      {text.slice(Math.max(0, at - around), at)}
      <mark>{text.slice(at, end) || ' '}</mark>
      {text.slice(end, end + around)}
      {end + around < text.length && '…'}
    </code>
  );
}
