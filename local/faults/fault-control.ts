import { namesFunction } from './fault-match.ts';
import type { FaultPlan } from './fault-plan.ts';
import { Faults, type FaultState, type FaultSurroundings } from './faults.ts';
import { FaultPlanError, readFaultPlan } from './read-fault-plan.ts';

/** Where the plan in force is kept: undefined is none, and costs a call nothing but to see that. */
export interface FaultSlot {
  faults: Faults | undefined;
}

/** Puts plans in force and takes them back while the host runs. */
export class FaultControl {
  private readonly slot: FaultSlot;
  private readonly around: FaultSurroundings;
  private readonly functionNames: () => readonly string[];

  constructor(slot: FaultSlot, around: FaultSurroundings, functionNames: () => readonly string[]) {
    this.slot = slot;
    this.around = around;
    this.functionNames = functionNames;
  }

  /** Replaces the plan in force; counting begins anew, and held calls go on. Throws a FaultPlanError. */
  replace(planText: string): void {
    const plan = readFaultPlan(planText);
    this.refuseUnknownFunctions(plan);
    this.clear();
    if (plan.faults.length > 0) this.slot.faults = new Faults(plan, this.around);
  }

  /** From now on nothing happens to calls; held ones go on. */
  clear(): void {
    this.slot.faults?.letGo();
    this.slot.faults = undefined;
  }

  release(): void {
    this.slot.faults?.letGo();
  }

  state(): { faults: readonly FaultState[] } {
    return { faults: this.slot.faults?.state() ?? [] };
  }

  /** A misspelt function would never match, and a test with it would prove nothing. */
  private refuseUnknownFunctions({ faults }: FaultPlan): void {
    const known = this.functionNames();
    const mistakes = faults.flatMap(({ match }, index) =>
      [match.function ?? []]
        .flat()
        .filter((wanted) => !known.some((name) => namesFunction(wanted, name)))
        .map((wanted) => `faults[${index}].match.function: no function has "${wanted}" in its name.`),
    );
    if (mistakes.length > 0) throw new FaultPlanError(`${mistakes.join('\n')}\nFunctions: ${known.join(', ')}.`);
  }
}
