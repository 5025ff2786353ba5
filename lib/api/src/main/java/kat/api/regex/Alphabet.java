package kat.api.regex;

import java.util.Arrays;

/// Characters that no instruction of a program tells from each other, as one letter.
///
/// **Threads:** immutable.
final class Alphabet {

    private static final int ASCII = 128;

    /// The first character of each letter.
    private final int[] firsts;

    private final byte[] ascii = new byte[ASCII];

    Alphabet(Program program) {
        int size = 0;
        for (CodePoints set : program.sets()) {
            size += 2 * set.size();
        }
        int[] found = new int[size + 2 * CodePoints.WORD.size() + 3];
        int at = 1; // the letter of 0
        for (CodePoints set : program.sets()) {
            at = addEnds(set, found, at);
        }
        if (program.hasLooks()) {
            at = addEnds(CodePoints.NEWLINE, found, at);
            at = addEnds(CodePoints.WORD, found, at);
        }
        firsts = Arrays.stream(found, 0, at).sorted().distinct().toArray();
        for (int c = 0; c < ASCII; c++) {
            ascii[c] = (byte) search(c);
        }
    }

    private static int addEnds(CodePoints set, int[] found, int from) {
        int at = from;
        for (int i = 0; i < set.size(); i++) {
            found[at++] = set.first(i);
            found[at++] = set.last(i) + 1;
        }
        return at;
    }

    /// How many letters there are. One more stands for the end of the text.
    int size() {
        return firsts.length;
    }

    /// A character of the letter.
    int example(int letter) {
        return firsts[letter];
    }

    int letter(int codePoint) {
        return codePoint < ASCII ? ascii[codePoint] : search(codePoint);
    }

    private int search(int codePoint) {
        int at = Arrays.binarySearch(firsts, codePoint);
        return at < 0 ? -at - 2 : at;
    }
}
