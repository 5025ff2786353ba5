/// Calls of programs outside that take part in requests: conversion webhooks and their like.
///
/// Read [kat.apiserver.webhook.WebhookClient], then [kat.apiserver.webhook.WebhookTarget], which
/// says where one is.
///
/// Nothing here knows what is sent.
@NullMarked
package kat.apiserver.webhook;

import org.jspecify.annotations.NullMarked;
