namespace Glmm.Sparse.Report.Content;

/// <summary>Something that a report may have to do without, made when first asked for: its value, or in one sentence
/// why there is none.</summary>
internal sealed class Part<T>(Func<T> make)
    where T : class
{
    private readonly Lazy<(T? Value, string? Reason)> _made = new(() =>
    {
        try
        {
            return (make(), null);
        }
        catch (GlmmException error)
        {
            return (null, error.Message);
        }
    });

    /// <summary>The value, or null.</summary>
    public T? Value => _made.Value.Value;

    /// <summary>Why there is none, or null.</summary>
    public string? Reason => _made.Value.Reason;
}
