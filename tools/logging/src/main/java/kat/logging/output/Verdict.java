package kat.logging.output;

import java.util.BitSet;

/// What an answer to a batch means.
public sealed interface Verdict {

    /// All lines were taken, but for some that the store will never take.
    ///
    /// @param refused how many
    /// @param why the store's words about one of them
    record Taken(int refused, String why) implements Verdict {}

    /// Some lines are to be sent again.
    ///
    /// @param lines by their place in the batch
    /// @param refused how many of the others will never be taken
    record Partly(BitSet lines, int refused, String why) implements Verdict {}

    /// The whole batch is to be sent again, later.
    ///
    /// @param seconds how long the store wants to be left alone; 0 when it does not say
    record Again(long seconds, String why) implements Verdict {}

    /// The batch is not taken as it is: halves of it may be.
    record Refused(String why) implements Verdict {}

    /// What the code alone says; formats look closer at those that were taken.
    ///
    /// @param retryAfter the header of that name; empty when there is none
    static Verdict of(int code, String retryAfter, String body) {
        String why = "the store answered " + code + " " + body.strip();
        if (code >= 200 && code < 300) {
            return new Taken(0, "");
        }
        boolean unfit = code == 400 || code == 413 || code == 422;
        if (unfit) {
            return new Refused(why);
        }
        return new Again(retryAfter.matches("[0-9]{1,4}") ? Long.parseLong(retryAfter) : 0, why);
    }
}
