import { familyOf, parseStat } from '../../bench/process-usage.ts';

describe('the CPU time of processes', () => {
  it('is read from behind the name, which may hold parentheses and spaces', () => {
    // utime 100, stime 20, cutime 3, cstime 4 ticks of a hundredth of a second
    const line = '42 (post) gres: (x) S 7 42 42 0 -1 4194304 100 0 0 0 100 20 3 4 20 0 1 0 1000 0 0';
    expect(parseStat(line)).toEqual({ pid: 42, parent: 7, cpuSeconds: 1.27 });
  });

  it('is that of a process and all its descendants', () => {
    const processes = [
      { pid: 1, parent: 0, cpuSeconds: 1 },
      { pid: 2, parent: 1, cpuSeconds: 1 },
      { pid: 3, parent: 2, cpuSeconds: 1 },
      { pid: 4, parent: 9, cpuSeconds: 1 },
    ];
    expect(familyOf(1, processes).map(({ pid }) => pid)).toEqual([1, 2, 3]);
    expect(familyOf(5, processes)).toEqual([]);
  });
});
