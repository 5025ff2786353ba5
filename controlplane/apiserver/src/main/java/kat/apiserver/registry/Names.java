package kat.apiserver.registry;

import kat.base.Randomness;

/// Generated names: the wish of the sender and five characters that look unlike words.
///
/// **Source:** `apiserver/pkg/storage/names/generate.go`.
public final class Names {

    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
    private static final int SUFFIX = 5;
    private static final int LONGEST = 63;

    private final Randomness randomness;

    public Names(Randomness randomness) {
        this.randomness = randomness;
    }

    public String generate(String base) {
        String start =
                base.length() > LONGEST - SUFFIX ? base.substring(0, LONGEST - SUFFIX) : base;
        StringBuilder name = new StringBuilder(start);
        for (int i = 0; i < SUFFIX; i++) {
            name.append(ALPHABET.charAt(randomness.nextInt(ALPHABET.length())));
        }
        return name.toString();
    }

    public String uid() {
        return randomness.nextUuid().toString();
    }
}
