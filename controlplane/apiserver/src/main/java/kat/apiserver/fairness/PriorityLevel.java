package kat.apiserver.fairness;

import kat.api.json.JsonObject;

/// How many requests of a level are worked on at once, and how the others wait.
///
/// @param shares the level's part of all seats; 0 or more
/// @param lendable which part of its seats others may use while it does not, in percent
/// @param borrowing how many seats beyond its own it may use, in percent of them; -1: any number
/// @param queues 0: what finds no seat is refused
/// @param handSize among how many queues a flow chooses the shortest
/// @param queueLength how many may wait in a queue
///
/// **Source:** `flowcontrol.apiserver.k8s.io/v1` PriorityLevelConfiguration.
record PriorityLevel(
        String name,
        String uid,
        boolean exempt,
        long shares,
        long lendable,
        long borrowing,
        int queues,
        int handSize,
        int queueLength) {

    private static final long DEFAULT_SHARES = 30;
    private static final long DEFAULT_QUEUES = 64;
    private static final long DEFAULT_HAND = 8;
    private static final long DEFAULT_LENGTH = 50;

    /// Queues and their lengths are chosen by whoever may write the object; these bound memory.
    private static final long MOST_QUEUES = 1024;

    private static final long LONGEST = 10_000;

    private static final double MOST_PART = 0.15;

    /// How many seats one request may take.
    ///
    /// @param nominal how many the level has
    int mostSeats(int nominal) {
        if (queues == 0) {
            return Work.MOST;
        }
        int part = (int) Math.ceil(nominal * MOST_PART);
        int each = nominal / Math.max(1, handSize);
        return Math.max(1, Math.min(part, each));
    }

    /// @param object as it is stored
    static PriorityLevel parse(JsonObject object) {
        JsonObject spec = object.object("spec");
        boolean exempt = spec.string("type").equals("Exempt");
        JsonObject how = spec.object(exempt ? "exempt" : "limited");
        JsonObject response = how.object("limitResponse");
        boolean queues = response.string("type").equals("Queue");
        JsonObject queuing = response.object("queuing");
        int count = (int) Math.min(queuing.integer("queues", DEFAULT_QUEUES), MOST_QUEUES);
        return new PriorityLevel(
                object.object("metadata").string("name"),
                object.object("metadata").string("uid"),
                exempt,
                how.integer("nominalConcurrencyShares", exempt ? 0 : DEFAULT_SHARES),
                how.integer("lendablePercent", 0),
                how.integer("borrowingLimitPercent", -1),
                queues ? count : 0,
                (int) Math.min(queuing.integer("handSize", DEFAULT_HAND), count),
                (int) Math.min(queuing.integer("queueLengthLimit", DEFAULT_LENGTH), LONGEST));
    }
}
