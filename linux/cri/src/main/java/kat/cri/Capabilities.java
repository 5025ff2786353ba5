package kat.cri;

import java.util.List;

/// Linux capabilities beyond or below the runtime's default set, without the `CAP_` prefix; `ALL`
/// stands for every one.
public record Capabilities(List<String> add, List<String> drop) {

    public Capabilities {
        add = List.copyOf(add);
        drop = List.copyOf(drop);
    }

    public static final Capabilities DEFAULT = new Capabilities(List.of(), List.of());
}
