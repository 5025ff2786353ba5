package kat.api.cel;

import java.util.IdentityHashMap;
import java.util.List;

/// An expression whose types are known.
///
/// @param types of its parts, by identity
/// @param overloads that its calls may mean, by identity
/// @param calls what a call is after names such as `optional.of` were understood, by identity
record Checked(
        Expr expr,
        IdentityHashMap<Expr, CelType> types,
        IdentityHashMap<Expr, List<Overload>> overloads,
        IdentityHashMap<Expr, Expr.Call> calls) {

    CelType type(Expr part) {
        return types.getOrDefault(part, CelType.DYN);
    }

    /// With parameters of signatures that are bound to nothing replaced by any type.
    Checked closed() {
        types.replaceAll((_, type) -> type.closed());
        return this;
    }

    List<Overload> overloads(Expr call) {
        return overloads.getOrDefault(call, List.of());
    }

    /// The call with its function's whole name.
    Expr.Call call(Expr.Call call) {
        return calls.getOrDefault(call, call);
    }
}
