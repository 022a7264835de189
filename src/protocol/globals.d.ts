// What both hosts (Node and the browser) have and this layer may use; neither `types: node` nor the DOM is loaded here.
declare global {
  class TextEncoder {
    encode(text: string): Uint8Array<ArrayBuffer>;
  }
  class TextDecoder {
    decode(bytes: Uint8Array): string;
  }
  function queueMicrotask(task: () => void): void;
  class URL {
    constructor(url: string, base?: string);
    readonly protocol: string;
    readonly hostname: string;
    readonly host: string;
    readonly port: string;
    readonly pathname: string;
  }
}

export {};
