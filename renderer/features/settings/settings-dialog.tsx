import { changeSettings, useApp, useLab, useUi } from '../../app/context.ts';
import { useDialog } from '../../app/use-dialog.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Switch } from '../../ui/field.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import styles from './settings.module.css';

const THEMES = [
  { value: 'system', title: 'As the system' },
  { value: 'dark', title: 'Dark' },
  { value: 'light', title: 'Light' },
] as const;

export function SettingsDialog() {
  const app = useApp();
  const { open, close } = useDialog('settings');
  const settings = useUi((state) => state.settings);
  const version = useLab((lab) => lab.version);
  return (
    <Dialog title="Settings" open={open} onClose={close}>
      <div className={styles.rows}>
        <div className={styles.row}>
          <span>Theme</span>
          <Segmented
            label="Theme"
            value={settings.theme}
            options={THEMES}
            onChange={(theme) => changeSettings(app, { theme })}
          />
        </div>
        <Switch
          label="Projector"
          hint="Larger type, thicker lines, only what the room needs."
          checked={settings.projector}
          onChange={(projector) => changeSettings(app, { projector })}
        />
        <Switch
          label="Single-letter keys"
          hint="Off, if you speak to your computer or press keys by accident."
          checked={settings.singleKeys}
          onChange={(singleKeys) => changeSettings(app, { singleKeys })}
        />
        <p className={styles.version}>Evenkeel {version}</p>
      </div>
    </Dialog>
  );
}
