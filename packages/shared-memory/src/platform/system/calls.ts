/** The functions of the native part that tell of processes. */
export interface Calls {
  processState(pid: number): number[];
  processIds(): number[];
  processStrings(pid: number): string[];
  processFiles(pid: number): number[];
  userDirectory(): string;
  descriptorLimit(): number;
}
