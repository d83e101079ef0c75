namespace Manifold.Index.Kernels;

/// <summary>Work to be done with the kernel that <see cref="KernelLadder"/> chooses.</summary>
internal interface IKernelVisitor<TResult>
{
    TResult Visit<TKernel>()
        where TKernel : struct, IRowKernel;
}
