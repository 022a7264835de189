import type { Updater } from './updates.ts';

/** Built into a file of its own, which is packed with the installers and loaded when somebody asks for an update. */
export const { autoUpdater } = require('electron-updater') as { readonly autoUpdater: Updater };
