using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Data;

/// <summary>A table in memory.</summary>
internal sealed class MemorySource(ColumnTable table) : SqlData
{
    private protected override string Described => "The table";

    internal override void Attach(DuckDbSession session, bool isNeeded)
    {
        ArgumentNullException.ThrowIfNull(table);
        try
        {
            TableLoader.Load(session, "data", table);
        }
        catch (DuckDbFailure failure)
        {
            throw Error(failure);
        }
    }

    private protected override InvalidModelDataException Error(DuckDbFailure failure) => failure.For(
        "The table cannot be copied into the database engine", "give its columns names that differ by more than case");
}
