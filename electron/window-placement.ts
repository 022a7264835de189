/** A rectangle of the desktop, in device-independent pixels. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where a window was: its area while neither maximised nor full screen, and which of the two it was. */
export interface WindowPlacement extends Area {
  readonly maximized: boolean;
  readonly fullScreen: boolean;
}

const FIRST_SIZE = { width: 1440, height: 900 } as const;
export const LEAST_SIZE = { width: 640, height: 480 } as const;

/** So much of a title bar has to be on some screen for a mouse to find it. */
const TITLE_BAR = { width: 120, height: 32 };

/** A placement out of a file that anybody may have edited; undefined when it is none. */
export function placementOf(value: unknown): WindowPlacement | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { x, y, width, height, maximized, fullScreen } = value as Record<string, unknown>;
  const area = [x, y, width, height];
  if (!area.every((number) => Number.isSafeInteger(number))) return undefined;
  const [left, top, across, down] = area as [number, number, number, number];
  if (across < LEAST_SIZE.width || down < LEAST_SIZE.height) return undefined;
  return {
    x: left,
    y: top,
    width: across,
    height: down,
    maximized: maximized === true,
    fullScreen: fullScreen === true,
  };
}

/**
 * Where a window opens: as it was, if its title bar can be reached on a screen of today; else as large as it was, at most as
 * its screen, where the system puts it.
 *
 * @param screens their areas without task bars, the main one first
 */
export function placeWindow(before: WindowPlacement | undefined, screens: readonly Area[]): Partial<Area> {
  const home = screens.find((screen) => before && reaches(before, screen));
  const { width, height } = before ?? FIRST_SIZE;
  const screen = home ?? screens[0];
  const size = {
    width: Math.max(LEAST_SIZE.width, Math.min(width, screen?.width ?? width)),
    height: Math.max(LEAST_SIZE.height, Math.min(height, screen?.height ?? height)),
  };
  return before && home ? { x: before.x, y: before.y, ...size } : size;
}

function reaches(window: Area, screen: Area): boolean {
  const left = Math.max(window.x, screen.x);
  const right = Math.min(window.x + window.width, screen.x + screen.width);
  const above = window.y < screen.y;
  const below = window.y + TITLE_BAR.height > screen.y + screen.height;
  return right - left >= TITLE_BAR.width && !above && !below;
}
