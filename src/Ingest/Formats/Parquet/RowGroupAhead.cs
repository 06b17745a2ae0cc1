using System.Runtime.ExceptionServices;
using Ingest.Parquet;
using Ingest.Parquet.Vectors;

namespace Ingest.Formats.Parquet;

/// <summary>A row group that is decoded on a core of its own, ahead of whoever wants its slices.</summary>
internal sealed class RowGroupAhead : IDisposable
{
    private readonly object gate = new();
    private readonly Queue<(RowSlice Slice, long Bytes)> slices = new();
    private readonly CancellationTokenSource stop = new();
    private readonly Task decoding;
    private TaskCompletionSource? room;
    private long held;

    /// <summary>Starts.</summary>
    /// <param name="open">Opens the row group.</param>
    /// <param name="bytes">What its slices take together; it never holds more of them.</param>
    public RowGroupAhead(Func<CancellationToken, RowGroupReader> open, long bytes)
    {
        Bytes = bytes;
        decoding = Task.Run(() => DecodeAsync(open));
        decoding.ContinueWith(_ => Wake(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>What its slices take together.</summary>
    public long Bytes { get; }

    /// <summary>Whether it is still being decoded.</summary>
    public bool IsRunning => !decoding.IsCompleted;

    /// <summary>The next slice, or null at the end. It blocks its thread, which is the reader's own.</summary>
    /// <exception cref="ParquetException">What the row group's reader found, after the slices before it.</exception>
    public RowSlice? Read(CancellationToken cancellationToken)
    {
        using var wake = cancellationToken.Register(Wake);
        lock (gate)
        {
            while (slices.Count == 0 && IsRunning)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Monitor.Wait(gate);
            }
            if (slices.TryDequeue(out var next))
            {
                held -= next.Bytes;
                GiveRoom();
                return next.Slice;
            }
        }
        if (decoding.Exception is { } failure) ExceptionDispatchInfo.Throw(failure.InnerException!);
        return null;
    }

    /// <summary>Ends the decoding, and gives back what nobody took.</summary>
    public void Dispose()
    {
        stop.Cancel();
        lock (gate) GiveRoom();
        Task.WaitAny(decoding);
        // It was met by whoever read, or is superseded by what ended the reading.
        _ = decoding.Exception;
        while (slices.TryDequeue(out var left)) left.Slice.Dispose();
        stop.Dispose();
    }

    private async Task DecodeAsync(Func<CancellationToken, RowGroupReader> open)
    {
        using var reader = open(stop.Token);
        while (!stop.IsCancellationRequested && reader.ReadSlice(stop.Token) is { } slice)
        {
            var bytes = slice.RetainedBytes;
            // A footer may say less than its pages have; and values that repeat count more than once. The thread is not
            // kept: conversion, without which nothing makes room, needs one of the same.
            while (FindRoom(bytes) is { } wait) await wait;
            lock (gate)
            {
                slices.Enqueue((slice, bytes));
                held += bytes;
                Monitor.PulseAll(gate);
            }
        }
    }

    /// <summary>Null when there is room, else what to wait for.</summary>
    private Task? FindRoom(long bytes)
    {
        lock (gate)
        {
            if (slices.Count == 0 || held + bytes <= Bytes || stop.IsCancellationRequested) return null;
            room = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return room.Task;
        }
    }

    private void GiveRoom()
    {
        room?.TrySetResult();
        room = null;
    }

    private void Wake()
    {
        lock (gate) Monitor.PulseAll(gate);
    }
}
