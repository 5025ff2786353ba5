package kat.scheduler;

/// Takes the times of the stages of decisions.
///
/// **Threads:** any.
interface Stages {

    /// Of decisions that nobody measures.
    Stages NONE =
            new Stages() {
                @Override
                public long now() {
                    return 0;
                }

                @Override
                public void ran(Stage stage, Outcome outcome, long since) {}
            };

    /// What a decision goes through, named as Kubernetes' extension points are.
    enum Stage {
        PRE_FILTER("PreFilter"),
        FILTER("Filter"),
        POST_FILTER("PostFilter"),
        PRE_SCORE("PreScore"),
        SCORE("Score"),
        BIND("Bind");

        private final String label;

        Stage(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    /// How a stage ended.
    enum Outcome {
        SUCCESS("Success"),
        UNSCHEDULABLE("Unschedulable"),
        UNRESOLVABLE("UnschedulableAndUnresolvable"),
        ERROR("Error");

        private final String label;

        Outcome(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    /// In nanoseconds of the ticker.
    long now();

    /// @param since when it began
    void ran(Stage stage, Outcome outcome, long since);
}
