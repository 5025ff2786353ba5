package kat.store.log;

import java.util.ArrayList;
import java.util.Collections;
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
        List<Long> numbers = new ArrayList<>();
        for (String name : names) {
            if (name.startsWith(word) && isNumber(name, word.length())) {
                numbers.add(Long.valueOf(name.substring(word.length())));
            }
        }
        Collections.sort(numbers);
        return numbers;
    }

    private static boolean isNumber(String name, int from) {
        for (int i = from; i < name.length(); i++) {
            if (name.charAt(i) < '0' || name.charAt(i) > '9') {
                return false;
            }
        }
        return name.length() == from + DIGITS;
    }
}
