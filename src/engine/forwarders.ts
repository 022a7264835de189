import type { ForwarderName } from '../protocol/lab.ts';
import type { Forwarder, ForwarderOptions } from './forwarder.ts';
import { HttpProxyForwarder } from './http-proxy/http-proxy-forwarder.ts';
import { NativeForwarder } from './native/native-forwarder.ts';

const FORWARDERS: Readonly<Record<ForwarderName, new (options: ForwarderOptions) => Forwarder>> = {
  native: NativeForwarder,
  'http-proxy': HttpProxyForwarder,
};

export function createForwarder(name: ForwarderName, options: ForwarderOptions): Forwarder {
  return new FORWARDERS[name](options);
}
