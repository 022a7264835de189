import type { ReactNode } from 'react';

/** Line icons on a 16 × 16 grid in the colour of the text; always beside words or in a labelled button, so hidden. */
function Icon({ children }: { readonly children: ReactNode }) {
  return (
    <svg
      aria-hidden="true"
      width="1em"
      height="1em"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      {children}
    </svg>
  );
}

export const ChevronIcon = () => (
  <Icon>
    <path d="m4.5 6.5 3.5 3.5 3.5-3.5" />
  </Icon>
);
export const CheckIcon = () => (
  <Icon>
    <path d="m3.5 8.5 3 3 6-7" />
  </Icon>
);
export const CloseIcon = () => (
  <Icon>
    <path d="m4 4 8 8m0-8-8 8" />
  </Icon>
);
export const CopyIcon = () => (
  <Icon>
    <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
    <path d="M10.5 5.5V4A1.5 1.5 0 0 0 9 2.5H4A1.5 1.5 0 0 0 2.5 4v5A1.5 1.5 0 0 0 4 10.5h1.5" />
  </Icon>
);
export const PlusIcon = () => (
  <Icon>
    <path d="M8 3.5v9M3.5 8h9" />
  </Icon>
);
export const MinusIcon = () => (
  <Icon>
    <path d="M3.5 8h9" />
  </Icon>
);
export const PauseIcon = () => (
  <Icon>
    <path d="M5.5 3.5v9m5-9v9" strokeWidth="2" />
  </Icon>
);
export const RunIcon = () => (
  <Icon>
    <path d="M5 3.5v9l7-4.5z" fill="currentColor" />
  </Icon>
);
export const MoreIcon = () => (
  <Icon>
    <path d="M3.5 8h.01M8 8h.01M12.5 8h.01" strokeWidth="2.2" />
  </Icon>
);
export const SettingsIcon = () => (
  <Icon>
    <path d="M2.5 5h4m4 0h3m-11 6h3m4 0h4" />
    <circle cx="8.5" cy="5" r="1.8" />
    <circle cx="7.5" cy="11" r="1.8" />
  </Icon>
);
export const ProjectorIcon = () => (
  <Icon>
    <rect x="1.75" y="2.75" width="12.5" height="8.5" rx="1.25" />
    <path d="M8 11.25v2.5m-2.5 0h5" />
  </Icon>
);
export const TableIcon = () => (
  <Icon>
    <rect x="2.25" y="2.75" width="11.5" height="10.5" rx="1.25" />
    <path d="M2.25 6.25h11.5m-11.5 3.5h11.5m-7-3.5v7" />
  </Icon>
);
export const ChartIcon = () => (
  <Icon>
    <path d="M2.5 13.5h11M3 10.5l3-4 3 2.5 4-6" />
  </Icon>
);
export const WarningIcon = () => (
  <Icon>
    <path d="M8 2.25 14.25 13.25H1.75zM8 6.5v3m0 1.75v.01" />
  </Icon>
);
export const InfoIcon = () => (
  <Icon>
    <circle cx="8" cy="8" r="6" />
    <path d="M8 7.25v3.5M8 5v.01" />
  </Icon>
);
export const HintIcon = () => (
  <Icon>
    <path d="M6 12.25h4M6.5 14.25h3M8 1.75a4.25 4.25 0 0 0-2.5 7.7c.4.3.5.6.5 1V10.5h4v-.05c0-.4.1-.7.5-1A4.25 4.25 0 0 0 8 1.75z" />
  </Icon>
);
export const LabIcon = () => (
  <Icon>
    <path d="M8 4v3M3 7h10M5.5 12.5h5L8 8.5z" />
    <circle cx="8" cy="2.75" r="1.25" />
  </Icon>
);
export const LogIcon = () => (
  <Icon>
    <path d="M2.5 4h11m-11 4h11m-11 4h7" />
  </Icon>
);
export const PolicyIcon = () => (
  <Icon>
    <path d="M8 1.75 13.25 3.5v4c0 3.2-2.2 5.6-5.25 6.75C4.95 13.1 2.75 10.7 2.75 7.5v-4zM5.5 7.75 7.25 9.5l3.25-3.5" />
  </Icon>
);
export const UndoIcon = () => (
  <Icon>
    <path d="M5.5 3 2.5 6l3 3M2.75 6h6.5a3.5 3.5 0 0 1 0 7H6" />
  </Icon>
);
export const StrategyIcon = () => (
  <Icon>
    <path d="M2 8h3.5L11 3.5h3M5.5 8 11 12.5h3M12.25 1.75 14 3.5l-1.75 1.75M12.25 10.75 14 12.5l-1.75 1.75" />
  </Icon>
);
export const CompareIcon = () => (
  <Icon>
    <path d="M2 13.5V8h3v5.5zM6.5 13.5V2.5h3v11zM11 13.5V6h3v7.5z" />
  </Icon>
);
export const TrafficIcon = () => (
  <Icon>
    <path d="M1.5 8.5h3l2-5 3 9 2-6 1 2h2" />
  </Icon>
);
export const BoltIcon = () => (
  <Icon>
    <path d="M9 1.75 3.5 9.25H8l-1 5 5.5-7.5H8z" />
  </Icon>
);
export const StoppedIcon = () => (
  <Icon>
    <circle cx="8" cy="8" r="6" />
    <path d="m5.75 5.75 4.5 4.5m0-4.5-4.5 4.5" />
  </Icon>
);
export const EyeIcon = () => (
  <Icon>
    <path d="M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8z" />
    <circle cx="8" cy="8" r="1.75" />
  </Icon>
);
export const EjectIcon = () => (
  <Icon>
    <path d="M8 2.75 13 9H3zM3 12.5h10" />
  </Icon>
);
export const BackIcon = () => (
  <Icon>
    <path d="M13.5 8A5.5 5.5 0 1 1 8 2.5M5.5 8l2 2 5.5-6" />
  </Icon>
);
export const NoteIcon = () => (
  <Icon>
    <path d="M3.5 14.25V2.5h8.75L10 5.75 12.25 9H3.5" />
  </Icon>
);
export const ScriptIcon = () => (
  <Icon>
    <path d="M2.5 4h6m-6 4h4m-4 4h4M9.5 7.5v6l4.5-3z" />
  </Icon>
);
export const StopIcon = () => (
  <Icon>
    <rect x="4" y="4" width="8" height="8" rx="1" fill="currentColor" />
  </Icon>
);
