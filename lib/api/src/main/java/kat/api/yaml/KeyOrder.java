package kat.api.yaml;

import java.util.Comparator;

/// The order of keys in Go's YAML: numbers in them by their value, other signs before letters.
///
/// **Source:** `sorter.go` of `go.yaml.in/yaml/v2`.
final class KeyOrder implements Comparator<String> {

    static final KeyOrder NATURAL = new KeyOrder();

    private KeyOrder() {}

    @Override
    public int compare(String left, String right) {
        if (left.equals(right)) {
            return 0;
        }
        return less(left.codePoints().toArray(), right.codePoints().toArray()) ? -1 : 1;
    }

    private static boolean less(int[] left, int[] right) {
        int i = 0;
        int common = Math.min(left.length, right.length);
        while (i < common && left[i] == right[i]) {
            i++;
        }
        if (i == common) {
            return left.length < right.length;
        }
        boolean leftIsLetter = Character.isLetter(left[i]);
        boolean rightIsLetter = Character.isLetter(right[i]);
        if (leftIsLetter || rightIsLetter) {
            return rightIsLetter && (!leftIsLetter || left[i] < right[i]);
        }
        long before = (left[i] == '0' || right[i] == '0') && followsNumber(left, i) ? 1 : 0;
        long leftNumber = number(left, i, before);
        long rightNumber = number(right, i, before);
        if (leftNumber != rightNumber) {
            return leftNumber < rightNumber;
        }
        int leftEnd = digitsEnd(left, i);
        int rightEnd = digitsEnd(right, i);
        return leftEnd != rightEnd ? leftEnd < rightEnd : left[i] < right[i];
    }

    /// Whether a digit other than zero stands in the number that ends before a place.
    private static boolean followsNumber(int[] text, int at) {
        for (int i = at - 1; i >= 0 && Character.isDigit(text[i]); i--) {
            if (text[i] != '0') {
                return true;
            }
        }
        return false;
    }

    private static long number(int[] text, int at, long before) {
        long number = before;
        for (int i = at; i < digitsEnd(text, at); i++) {
            number = number * 10 + (text[i] - '0');
        }
        return number;
    }

    private static int digitsEnd(int[] text, int at) {
        int end = at;
        while (end < text.length && Character.isDigit(text[end])) {
            end++;
        }
        return end;
    }
}
