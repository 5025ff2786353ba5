package kat.apiserver.fairness;

/// Which queues a flow may choose from: a few of many, so that two flows rarely share all of them
/// and one that floods fills only its own.
///
/// **Source:** shuffle sharding, `apiserver/pkg/util/shufflesharding/dealer.go`.
final class Hand {

    private Hand() {}

    /// Different queues, each as likely as the others.
    ///
    /// @param size at most `queues`
    static int[] deal(long hash, int queues, int size) {
        int[] sorted = new int[size];
        int[] dealt = new int[size];
        long rest = hash;
        for (int i = 0; i < size; i++) {
            int left = queues - i;
            int card = (int) Long.remainderUnsigned(rest, left);
            rest = Long.divideUnsigned(rest, left);
            // Of those that are left this is the one with so many before it.
            int at = 0;
            while (at < i && sorted[at] <= card) {
                card++;
                at++;
            }
            System.arraycopy(sorted, at, sorted, at + 1, i - at);
            sorted[at] = card;
            dealt[i] = card;
        }
        return dealt;
    }
}
