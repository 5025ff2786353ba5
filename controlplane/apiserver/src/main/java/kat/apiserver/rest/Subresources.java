package kat.apiserver.rest;

import kat.apiserver.registry.Resource;

/// Answers requests below an object.
interface Subresources {

    void handle(Call call, Resource resource);
}
