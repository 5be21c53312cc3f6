using DuckDB.NET.Native;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Data;

/// <summary>The rows of a query while they come.</summary>
internal sealed class DuckDbResult : IDisposable
{
    private DuckDBResult _result;

    public DuckDbResult(DuckDBResult result)
    {
        _result = result;
        int count = (int)NativeMethods.Query.DuckDBColumnCount(ref _result);
        Names = [.. Enumerable.Range(0, count).Select(i => NativeMethods.Query.DuckDBColumnName(ref _result, i))];
    }

    /// <summary>The columns' names.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Fetches all rows.</summary>
    /// <param name="wanted">Names of the columns to keep, or null for all.</param>
    /// <param name="texts">Names of columns that are text whatever their type, or null for none.</param>
    /// <returns>The columns kept and the number of rows.</returns>
    /// <exception cref="DuckDbFailure">The engine fails on the way.</exception>
    /// <exception cref="InvalidModelDataException">A column kept is of a type that has no place in a model, or there
    /// are too many rows.</exception>
    public (IReadOnlyList<TableColumn> Columns, int Rows) Fetch(
        IReadOnlySet<string>? wanted, IReadOnlySet<string>? texts)
    {
        var columns = new List<(int Index, DuckDbColumn Column)>();
        for (int i = 0; i < Names.Count; i++)
        {
            if (wanted is not null && !wanted.Contains(Names[i])) continue;
            using DuckDBLogicalType type = NativeMethods.Query.DuckDBColumnLogicalType(ref _result, i);
            columns.Add((i, DuckDbColumn.Start(Names[i], type)));
        }

        int rows = 0;
        while (true)
        {
            using DuckDBDataChunk chunk = NativeMethods.Query.DuckDBFetchChunk(_result);
            int count = chunk.IsInvalid ? 0 : (int)NativeMethods.DataChunks.DuckDBDataChunkGetSize(chunk);
            if (count == 0) break;
            if (count > Array.MaxLength - rows)
                throw new InvalidModelDataException("There are more rows than a table can hold; select fewer.");
            foreach ((int index, DuckDbColumn column) in columns)
                column.Add(NativeMethods.DataChunks.DuckDBDataChunkGetVector(chunk, index), count);
            rows += count;
        }

        if (!string.IsNullOrEmpty(NativeMethods.Query.DuckDBResultError(ref _result)))
            throw DuckDbSession.Failure(ref _result);
        return ([.. columns.Select(pair => Build(pair.Column, texts))], rows);
    }

    public void Dispose() => NativeMethods.Query.DuckDBDestroyResult(ref _result);

    private static TableColumn Build(DuckDbColumn column, IReadOnlySet<string>? texts)
    {
        TableColumn built = column.Build();
        return texts is not null && texts.Contains(built.Name) ? ColumnLabels.AsText(built) : built;
    }
}
