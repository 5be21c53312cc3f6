using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Data;

/// <summary>A column of truth values, one byte each.</summary>
internal sealed unsafe class DuckDbBooleans(string name) : DuckDbColumn
{
    private readonly BooleanColumnBuilder _truths = new(name);

    public override TableColumn Build() => _truths.Build();

    private protected override void Add(void* values, ReadOnlySpan<byte> validity, int count)
    {
        ValueRun<byte> run = Run<byte>(values, validity, count);
        for (int row = 0; row < count; row++) _truths.Add(run.IsValid(row) ? run.Values[row] != 0 : null);
    }
}
