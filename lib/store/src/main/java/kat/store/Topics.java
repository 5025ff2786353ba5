package kat.store;

/// How keys group into topics, each with a history of its own: a watch within one topic costs
/// nothing when other topics are written.
public interface Topics {

    /// How many leading characters of `key` name its topic; 0 when it has none. Every key that
    /// begins with these characters must give the same number.
    int prefixLength(String key);

    /// Keys up to and with their `count`-th slash; fewer slashes have no topic.
    static Topics bySlashes(int count) {
        return key -> {
            int at = -1;
            for (int i = 0; i < count; i++) {
                at = key.indexOf('/', at + 1);
                if (at < 0) {
                    return 0;
                }
            }
            return at + 1;
        };
    }
}
