import { labFileName } from '../../../src/protocol/lab-file-name.ts';
import type { AppContext } from '../../app/context.ts';
import { download } from '../../app/download.ts';
import { shellQuoted } from '../../app/shell-quote.ts';
import { reportProblem } from '../../app/ui-store.ts';

/** Bytes; a lab file of a hundred origins with a comment for each is a twentieth of it. */
const MAX_FILE = 1_000_000;

/** Runs one of the labs that come with Evenkeel in place of the one that runs. Whether it does now. */
export async function loadBuiltIn(app: AppContext, id: string): Promise<boolean> {
  return load(app, { lab: id });
}

/** Runs a lab file in place of the lab that runs; one that is wrong changes nothing and is shown with its mistakes. */
export async function loadFile(app: AppContext, file: File): Promise<boolean> {
  if (file.size > MAX_FILE) {
    reportProblem(
      app.ui,
      `${file.name} is too large to be a lab file; choose a YAML or JSON file that describes a lab.`,
    );
    return false;
  }
  const text = await file.text();
  // The reader of lab files is large, and most people never open one.
  const { problemsOf } = await import('./lab-text.ts');
  const problems = problemsOf(text, file.name);
  if (problems.length > 0) {
    app.ui.setState({ dialog: 'refused-lab', refusedLab: { file: file.name, problems } });
    return false;
  }
  return load(app, { lab: text, file: file.name });
}

async function load(
  { client, ui }: AppContext,
  what: { readonly lab: string; readonly file?: string },
): Promise<boolean> {
  ui.setState({ dialog: 'none' });
  return (await client.command({ command: 'load-lab', ...what })) !== undefined;
}

/** Gives the lab as it is now, with every change made since it was loaded, to the browser as a lab file. */
export async function saveLab({ client }: AppContext): Promise<void> {
  const text = await client.request('lab-file');
  const name = client.store.getState().lab?.lab.name ?? '';
  if (text !== undefined) download(new Blob([text], { type: 'text/yaml;charset=utf-8' }), labFileName(name));
}

/**
 * The command that makes the running lab the same as this text, for a terminal where TOKEN has the token of the lab's link.
 * @param control where the web host answers, such as `http://127.0.0.1:7070`
 */
export function curlOf(text: string, control: string): string {
  const body = JSON.stringify({ command: 'load-lab', lab: text });
  return `curl -s ${control}/api/commands -H "Authorization: Bearer $TOKEN" -d ${shellQuoted(body)}`;
}
