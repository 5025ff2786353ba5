package kat.cli;

import java.util.Collection;

/// Guesses the word that somebody meant.
final class Nearest {

    /// More wrong letters than this, or half of a word, are another word.
    private static final int MOST_EDITS = 2;

    private Nearest() {}

    /// The first of the nearest words; empty when none is near.
    static String of(String word, Collection<String> known) {
        String nearest = "";
        int fewest = Math.min(MOST_EDITS, word.length() / 2) + 1;
        for (String each : known) {
            int edits = edits(word, each);
            if (edits < fewest) {
                fewest = edits;
                nearest = each;
            }
        }
        return nearest;
    }

    /// Letters to add, drop or replace, by the method of Wagner and Fischer.
    private static int edits(String from, String to) {
        int[] above = new int[to.length() + 1];
        for (int i = 0; i <= to.length(); i++) {
            above[i] = i;
        }
        for (int row = 1; row <= from.length(); row++) {
            int[] line = new int[to.length() + 1];
            line[0] = row;
            for (int i = 1; i <= to.length(); i++) {
                int replaced = from.charAt(row - 1) == to.charAt(i - 1) ? 0 : 1;
                line[i] = Math.min(above[i - 1] + replaced, 1 + Math.min(above[i], line[i - 1]));
            }
            above = line;
        }
        return above[to.length()];
    }
}
