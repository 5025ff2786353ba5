package kat.store.log;

import java.util.List;

/// Names of the files: a word and a number of 16 digits, so that they sort by number.
final class FileNames {

    static final String LOG = "log-";
    static final String SNAPSHOT = "snapshot-";
    static final String UNFINISHED = "snapshot.unfinished";
    private static final int DIGITS = 16;

    private FileNames() {}

    static String log(long number) {
        return name(LOG, number);
    }

    static String snapshot(long number) {
        return name(SNAPSHOT, number);
    }

    private static String name(String word, long number) {
        String digits = Long.toString(number);
        return word + "0".repeat(DIGITS - digits.length()) + digits;
    }

    /// The numbers of the files whose names begin with `word`, ascending.
    static List<Long> numbers(String word, List<String> names) {
        return names.stream()
                .filter(name -> name.matches(word + "[0-9]{16}"))
                .map(name -> Long.valueOf(name.substring(word.length())))
                .sorted()
                .toList();
    }
}
