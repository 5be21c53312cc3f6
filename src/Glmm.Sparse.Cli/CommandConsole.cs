namespace Glmm.Sparse.Cli;

/// <summary>Where a command writes, and what stops it.</summary>
/// <param name="Output">Standard output: the result and nothing else.</param>
/// <param name="Error">Standard error: progress, warnings and errors.</param>
/// <param name="ErrorIsTerminal">A person watches standard error, so progress may be shown.</param>
/// <param name="OutputIsTerminal">A person watches standard output.</param>
/// <param name="Cancellation">Cancelled by Ctrl-C.</param>
internal sealed record CommandConsole(
    TextWriter Output, TextWriter Error, bool ErrorIsTerminal = false, bool OutputIsTerminal = false,
    CancellationToken Cancellation = default)
{
    /// <summary>The same person watches both, and need not be told a thing twice.</summary>
    public bool IsWatchedAsOne => ErrorIsTerminal && OutputIsTerminal;

    /// <summary>How words on standard output stand out.</summary>
    public TextStyle Style { get; init; } = TextStyle.Plain;

    /// <summary>Does work that takes no notice of Ctrl-C, such as reading a file: it is left behind, to end with the
    /// process, so that it must write nothing.</summary>
    /// <param name="work">The work.</param>
    /// <returns>What it gave.</returns>
    /// <exception cref="OperationCanceledException">Stopped by Ctrl-C.</exception>
    public T Await<T>(Func<T> work)
    {
        Cancellation.ThrowIfCancellationRequested();
        if (!Cancellation.CanBeCanceled) return work();
        var started = Task.Factory.StartNew(
            work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return started.WaitAsync(Cancellation).GetAwaiter().GetResult();
    }

    /// <summary>Writes one message to standard error, under the program's name.</summary>
    public void Report(string message) => Error.WriteLine($"glmm: {message}");

    /// <summary>Writes one warning to standard error.</summary>
    public void Warn(string message) => Report($"warning: {message}");
}
