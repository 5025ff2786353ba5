package kat.logging.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What a word is: letters and digits of ASCII, the underscore, and every character beyond
/// ASCII. Capitals of ASCII count as small letters.
public final class Words {

    private static final byte[] LOWER = lower();

    private Words() {}

    private static byte[] lower() {
        byte[] table = new byte[256];
        for (int i = 0; i < table.length; i++) {
            boolean capital = i >= 'A' && i <= 'Z';
            boolean word =
                    capital
                            || (i >= 'a' && i <= 'z')
                            || (i >= '0' && i <= '9')
                            || i == '_'
                            || i >= 0x80;
            table[i] = (byte) (word ? i + (capital ? 'a' - 'A' : 0) : 0);
        }
        return table;
    }

    /// Copies a text so that words are in small letters and everything else is 0.
    ///
    /// @param into at least `length` long
    public static void fold(byte[] text, int length, byte[] into) {
        byte[] table = LOWER;
        for (int i = 0; i < length; i++) {
            into[i] = table[text[i] & 0xff];
        }
    }

    /// The words of a text, folded, in their order, repeated ones too.
    public static List<byte[]> of(byte[] text) {
        byte[] folded = new byte[text.length];
        fold(text, text.length, folded);
        List<byte[]> words = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= folded.length; i++) {
            if (i == folded.length || folded[i] == 0) {
                if (i > start) {
                    words.add(Arrays.copyOfRange(folded, start, i));
                }
                start = i + 1;
            }
        }
        return words;
    }
}
