const widths = new Map<string, number>();
let context: CanvasRenderingContext2D | null | undefined;

/** Width in CSS pixels of one line of text in the page's own font. */
export function textWidth(text: string, size: number, weight: number): number {
  const family = getComputedStyle(document.body).fontFamily;
  const font = `${weight} ${size}px ${family}`;
  const key = `${font}\n${text}`;
  let width = widths.get(key);
  if (width === undefined) {
    context ??= document.createElement('canvas').getContext('2d');
    // Without a canvas: what letters take on average, with some to spare.
    if (!context) return text.length * size * 0.62;
    context.font = font;
    width = context.measureText(text).width;
    if (widths.size > 500) widths.clear();
    widths.set(key, width);
  }
  return width;
}
