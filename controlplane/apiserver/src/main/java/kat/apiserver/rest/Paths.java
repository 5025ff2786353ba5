package kat.apiserver.rest;

/// Answers the paths that name no resource.
interface Paths {

    void handle(Call call);
}
