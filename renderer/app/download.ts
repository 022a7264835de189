/** How long (ms) a download may take to begin before its bytes are let go. */
const KEPT = 60_000;

/** Hands the page's own bytes to the browser as a file; nothing goes through the network. */
export function download(content: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT);
}
