namespace Glmm.Sparse.Data;

/// <summary>Parquet files.</summary>
internal sealed class ParquetSource(string path) : SqlData
{
    private static readonly char[] PatternMarks = ['*', '?', '['];

    private protected override string Described => $"'{path}'";

    internal override void Attach(DuckDbSession session, bool isNeeded)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (Directory.Exists(path))
        {
            throw new InvalidModelDataException(
                $"'{path}' is a folder; name a Parquet file, or all in the folder as "
                + $"'{Path.Combine(path, "*.parquet")}'.");
        }

        if (!File.Exists(path) && path.IndexOfAny(PatternMarks) < 0)
            throw new InvalidModelDataException($"There is no file '{path}'; check the path and the spelling.");
        try
        {
            session.Execute($"CREATE TEMP VIEW data AS FROM read_parquet({SqlText.Literal(path)})");
        }
        catch (DuckDbFailure failure) when (!File.Exists(path)
            && failure.Message.Contains("No files found", StringComparison.Ordinal))
        {
            throw new InvalidModelDataException(
                $"No file matches '{path}'; check the path and the spelling.", failure);
        }
        catch (DuckDbFailure failure)
        {
            throw Error(failure);
        }
    }

    private protected override InvalidModelDataException Error(DuckDbFailure failure) => failure.For(
        $"'{path}' cannot be read as Parquet",
        "check that it is a Parquet file, or get or write it anew");
}
