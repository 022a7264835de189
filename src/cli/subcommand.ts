/** One of the things `evenkeel` does. */
export interface Subcommand {
  /** What `--help` prints. */
  readonly help: string;
  /**
   * @param args what stands after its name
   * @returns the exit code: 0 fine, 1 it ran and failed, 2 the arguments or the lab file are wrong
   * @throws EvenkeelError a sentence for stderr
   */
  run(args: readonly string[]): Promise<number>;
}
