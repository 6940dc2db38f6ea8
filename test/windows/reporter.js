/** Says after the tests how many were skipped, for which reasons. */
export default class SkippedReporter {
  onRunComplete(_, { testResults }) {
    const counts = new Map();
    for (const { status, title } of testResults.flatMap((file) => file.testResults)) {
      const [, reason = 'a part is not installed'] = / \(([^()]+)\)$/.exec(title) ?? [];
      if (status === 'pending') counts.set(reason, (counts.get(reason) ?? 0) + 1);
    }
    for (const [reason, count] of counts) console.log(`${count} skipped: ${reason}`);
  }
}
