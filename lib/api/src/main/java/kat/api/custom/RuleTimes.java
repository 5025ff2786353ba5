package kat.api.custom;

/// Is told how long rules of custom resources take.
///
/// **Threads:** any.
public interface RuleTimes {

    /// Of rules that nobody measures.
    RuleTimes NONE =
            new RuleTimes() {
                @Override
                public long now() {
                    return 0;
                }

                @Override
                public void compiled(long since) {}

                @Override
                public void evaluated(long since) {}
            };

    /// In nanoseconds, on the scale of whoever measures.
    long now();

    /// All rules of one version of a definition were compiled.
    ///
    /// @param since when that began
    void compiled(long since);

    /// All rules about one object were evaluated.
    ///
    /// @param since when that began
    void evaluated(long since);
}
